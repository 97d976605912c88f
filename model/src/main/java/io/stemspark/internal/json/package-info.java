/** JSON as Stemspark's files use it. */
package io.stemspark.internal.json;
