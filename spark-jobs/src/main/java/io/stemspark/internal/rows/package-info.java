/** Separation of the rows of a data frame. */
package io.stemspark.internal.rows;
