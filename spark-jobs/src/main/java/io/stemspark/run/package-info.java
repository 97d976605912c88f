/** What a run tells its caller. */
package io.stemspark.run;
