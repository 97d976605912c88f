/** The command line. */
package io.stemspark.cli;
