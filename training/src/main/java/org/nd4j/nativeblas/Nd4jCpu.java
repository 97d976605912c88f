package org.nd4j.nativeblas;

/**
 * The old name of ND4J's CPU bindings. DL4J's {@code BaseMKLDNNHelper} asks {@code
 * Nd4jCpu$Environment} by reflection whether oneDNN may be used; ND4J moved the class, so the
 * answer was always no, and convolutions ran 13 times slower.
 */
public final class Nd4jCpu {
  private Nd4jCpu() {}

  /** Answers DL4J's question. */
  public static final class Environment {
    private static final Environment INSTANCE = new Environment();

    private Environment() {}

    public static Environment getInstance() {
      return INSTANCE;
    }

    public boolean isUseMKLDNN() {
      return true;
    }
  }
}
