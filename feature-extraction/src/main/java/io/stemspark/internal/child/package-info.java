/**
 * Decoding in a process of its own. A hostile file can at worst end that process, which reads no
 * storage and holds no credentials.
 */
package io.stemspark.internal.child;
