/**
 * What a corpus consists of: folder trees, files, lists of tracks. No entry is passed over in
 * silence.
 */
package io.stemspark.internal.corpus;
