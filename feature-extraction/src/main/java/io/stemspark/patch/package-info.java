/** Patches: the parts of spectrograms, frames x bins, that a network sees at once. */
package io.stemspark.patch;
