/** Where to start: {@link io.stemspark.Separator}. */
package io.stemspark;
