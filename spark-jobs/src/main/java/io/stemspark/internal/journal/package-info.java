/**
 * What runs did with tracks, and the fingerprints of what results depend on ({@code
 * docs/formats/journal.md}).
 */
package io.stemspark.internal.journal;
