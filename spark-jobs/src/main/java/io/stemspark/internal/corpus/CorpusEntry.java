package io.stemspark.internal.corpus;

import java.io.Serializable;

/** What a corpus consists of: tracks, and notes on what is in it beside them. */
public sealed interface CorpusEntry extends Serializable permits Track, CorpusNote {
  /** What entries that are decided about together have in common; of tracks, the id. */
  String group();
}
