/** All settings of a run, and Spark's and Hadoop's among them. */
package io.stemspark.internal.config;
