package io.stemspark.unet;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The loss that a network is fitted to: the mean absolute error of the voice, in some measure. */
public enum Loss {
  /** The error of magnitudes. */
  MAGNITUDE,

  /** The error of log(1 + magnitude), in which soft sounds weigh more. */
  LOG_MAGNITUDE;

  /** Turns the estimate of magnitudes into this measure. */
  IActivation activation() {
    return this == MAGNITUDE ? Activation.IDENTITY.getActivationFunction() : new LogOnePlus();
  }

  /** A true magnitude in this measure. */
  public float of(float magnitude) {
    return this == MAGNITUDE ? magnitude : (float) Math.log1p(magnitude);
  }

  /** log(1 + x), for x from 0. Its derivative is 1 / (1 + x). */
  static final class LogOnePlus extends BaseActivationFunction {
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
}
