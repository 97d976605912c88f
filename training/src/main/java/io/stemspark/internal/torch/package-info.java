/** The passes of the network in libtorch, inside one layer of Deeplearning4j's graph. */
package io.stemspark.internal.torch;
