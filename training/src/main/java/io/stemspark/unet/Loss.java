package io.stemspark.unet;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The loss that a network is fitted to: the error of the stems, in some measure. */
public enum Loss {
  /** The mean absolute error of magnitudes. */
  MAGNITUDE,

  /** The mean absolute error of log(1 + magnitude), in which soft sounds weigh more. */
  LOG_MAGNITUDE,

  /** The logarithm of the energy of the error of magnitudes, patch by patch. */
  PATCH_ENERGY,

  /**
   * The mean absolute error of the part of a stem that is in phase with the mixture, from 0 to the
   * mixture's magnitude: what a mask, which keeps the mixture's phase, can best give (Erdogan et
   * al., 2015, truncated phase-sensitive approximation).
   */
  PHASE_SENSITIVE;

  /** What is minimised, of patches of so many frames x bins. */
  ILossFunction function(int positions) {
    return this == PATCH_ENERGY
        ? new PatchEnergyLoss(positions)
        : LossFunction.L1.getILossFunction();
  }

  /** Turns the estimate of magnitudes into this measure. */
  IActivation activation() {
    return this == LOG_MAGNITUDE ? new LogOnePlus() : Activation.IDENTITY.getActivationFunction();
  }

  /** What the estimate should be at one element, in this measure. */
  public float target(float stemReal, float stemImag, float mixtureReal, float mixtureImag) {
    if (this == PHASE_SENSITIVE) {
      float mixture = magnitude(mixtureReal, mixtureImag);
      float inPhase = stemReal * mixtureReal + stemImag * mixtureImag;
      return mixture == 0 ? 0 : Math.min(Math.max(inPhase / mixture, 0), mixture);
    }
    float stem = magnitude(stemReal, stemImag);
    return this == LOG_MAGNITUDE ? (float) Math.log1p(stem) : stem;
  }

  private static float magnitude(float real, float imag) {
    return (float) Math.sqrt(real * real + imag * imag);
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
