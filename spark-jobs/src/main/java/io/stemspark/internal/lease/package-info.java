/** One run at a time in an output folder ({@code docs/formats/lease.md}). */
package io.stemspark.internal.lease;
