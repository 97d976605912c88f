/**
 * What a Stemspark process needs: native libraries, folders that only its user can write to, child
 * processes, and limits of memory.
 */
package io.stemspark.internal.process;
