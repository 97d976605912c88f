/**
 * Files on any Hadoop file system: seekable input, and output that is visible only when complete.
 */
package io.stemspark.jobs.storage;
