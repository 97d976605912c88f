package io.stemspark.internal.corpus;

/** A note on a folder tree. */
record ListedNote(String folder, CorpusNote note) implements Listed {}
