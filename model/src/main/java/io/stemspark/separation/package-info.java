/** How tracks are separated, how stems are written, and what a separation reports. */
package io.stemspark.separation;
