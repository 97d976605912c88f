/** The network, once: {@link io.stemspark.unet.UNet}. */
package io.stemspark.unet;
