/** The front door: {@link io.stemspark.Separator}. */
package io.stemspark;
