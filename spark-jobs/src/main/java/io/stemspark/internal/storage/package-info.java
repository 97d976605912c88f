/** Files of any Hadoop file system that appear whole or not at all. */
package io.stemspark.internal.storage;
