/** What tracks there are: of a folder tree, or of a list, and the stems of each. */
package io.stemspark.jobs.corpus;
