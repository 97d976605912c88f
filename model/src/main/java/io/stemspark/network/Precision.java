package io.stemspark.network;

/** The arithmetic of a network on a processor. */
public enum Precision {
  /** 8-bit integers where the bundle has a model in them, else single precision. */
  AUTO,
  /** Single precision. */
  FLOAT,
  /** 8-bit integers. */
  INT8
}
