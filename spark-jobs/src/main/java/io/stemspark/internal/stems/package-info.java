/**
 * Separation inside executors: of whole tracks, and of long ones in chunks. A network is loaded
 * once and shared by all tasks of a process.
 */
package io.stemspark.internal.stems;
