package io.stemspark.unet;

import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;

/** What a network is fitted to: the mean absolute error of the voice, in one measure or another. */
public enum Loss {
  /** Of magnitudes. */
  MAGNITUDE,

  /** Of log(1 + magnitude), which makes more of what is soft. */
  LOG_MAGNITUDE;

  /** Turns the estimate of magnitudes into this measure. */
  IActivation activation() {
    return this == MAGNITUDE ? Activation.IDENTITY.getActivationFunction() : new LogOnePlus();
  }

  /** What a magnitude of the truth is in this measure. */
  public float of(float magnitude) {
    return this == MAGNITUDE ? magnitude : (float) Math.log1p(magnitude);
  }
}
