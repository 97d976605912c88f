package io.stemspark.unet;

import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/** What a network is fitted to: the mean absolute error of the voice, in one measure or another. */
public enum Loss {
  /** Of magnitudes. */
  MAGNITUDE {
    @Override
    IActivation activation() {
      return Activation.IDENTITY.getActivationFunction();
    }

    @Override
    public float of(float magnitude) {
      return magnitude;
    }
  },

  /** Of log(1 + magnitude), which makes more of what is soft. */
  LOG_MAGNITUDE {
    @Override
    IActivation activation() {
      return new LogOnePlus();
    }

    @Override
    public float of(float magnitude) {
      return (float) Math.log1p(magnitude);
    }
  };

  /** Turns the estimate of magnitudes into this measure. */
  abstract IActivation activation();

  /** What a magnitude of the truth is in this measure. */
  public abstract float of(float magnitude);
}
