/**
 * What a corpus consists of: folder trees, files, lists of tracks. No entry is skipped silently.
 */
package io.stemspark.internal.corpus;
