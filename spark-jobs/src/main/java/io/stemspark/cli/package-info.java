/** The command line: {@code stemspark separate | extract | train}. */
package io.stemspark.cli;
