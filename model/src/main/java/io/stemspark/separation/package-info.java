/** How tracks are separated, what stems are written as, and what a separation tells of itself. */
package io.stemspark.separation;
