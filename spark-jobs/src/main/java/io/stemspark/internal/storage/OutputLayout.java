package io.stemspark.internal.storage;

/** The folders that runs keep for themselves in an output folder, relative to it. */
public final class OutputLayout {
  /** Holds all the others. A corpus that has it in a folder tree does not list it. */
  public static final String OWN = "_stemspark";

  /** What runs did: {@code docs/formats/journal.md}. */
  public static final String JOURNAL = OWN + "/ledger";

  /** What a run planned, in its folder of the journal. */
  public static final String PLAN = "plan.json";

  /** Who may write: {@code docs/formats/lease.md}. */
  public static final String LEASE = OWN + "/lease";

  /** Pages about runs. */
  public static final String REPORTS = OWN + "/reports";

  /** Which files make up a feature dataset: {@code docs/formats/dataset.md}. */
  public static final String DATASET = OWN + "/dataset";

  /** Whole files that are not visible yet. */
  public static final String STAGED = OWN + "/staged";

  /** Files that are still being written. */
  public static final String TEMPORARY = OWN + "/temporary";

  /** Chunks of long tracks that wait for the others. */
  public static final String CHUNKS = OWN + "/pieces";

  private OutputLayout() {}
}
