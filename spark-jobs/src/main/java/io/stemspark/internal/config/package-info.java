/** All settings of a run, including those of Spark and Hadoop. */
package io.stemspark.internal.config;
