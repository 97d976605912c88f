/** Text of unknown origin made fit for terminals, logs and pages. */
package io.stemspark.internal.text;
