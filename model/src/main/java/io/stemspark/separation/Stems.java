package io.stemspark.separation;

/** Which stems of a track are written. */
public enum Stems {
  BOTH,
  VOCALS,
  ACCOMPANIMENT;

  public boolean vocals() {
    return this != ACCOMPANIMENT;
  }

  public boolean accompaniment() {
    return this != VOCALS;
  }
}
