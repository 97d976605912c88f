package io.stemspark.internal.corpus;

import java.io.Serializable;

/** What a corpus consists of: tracks, and notes on what is in it beside them. */
public sealed interface CorpusEntry extends Serializable permits Track, CorpusNote {
  /** A key that entries share which are decided about together; for tracks, the id. */
  String group();
}
