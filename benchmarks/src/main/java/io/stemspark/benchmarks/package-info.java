/** How fast this project's engines are, against others on the same machine. */
package io.stemspark.benchmarks;
