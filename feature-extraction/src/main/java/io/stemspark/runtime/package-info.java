/** What a process needs before it works: folders of its own, and native libraries that are safe. */
package io.stemspark.runtime;
