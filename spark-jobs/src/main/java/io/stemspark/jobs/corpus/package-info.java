/** What tracks there are: a folder tree becomes a list of tracks and their stems. */
package io.stemspark.jobs.corpus;
