/** Text from outside, made fit to be shown and stored. */
package io.stemspark.text;
