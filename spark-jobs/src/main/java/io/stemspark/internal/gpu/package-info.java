/** Which GPU a process and its tasks may use. */
package io.stemspark.internal.gpu;
