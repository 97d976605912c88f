package io.stemspark.internal.corpus;

/**
 * A folder that cannot be listed.
 *
 * @param folder its path below the root
 * @param uri where it lies
 * @param reason why not
 */
record ClosedFolder(String folder, String uri, String reason) implements Listed {
  /** It stands for the tracks in it, which nobody can name. */
  Track track() {
    return Track.unusable(
        folder.isEmpty() ? uri : folder,
        uri,
        new Track.Problem("The folder %s cannot be listed: %s".formatted(uri, reason), false));
  }
}
