package io.stemspark.unet;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** log(1 + x), for x from 0. Its derivative is 1 / (1 + x). */
final class LogOnePlus extends BaseActivationFunction {
  private static final long serialVersionUID = 1;

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return Transforms.log(in.addi(1), false);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    return new Pair<>(in.addi(1).rdivi(epsilon), null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogOnePlus;
  }

  @Override
  public int hashCode() {
    return 1;
  }
}
