/** What became of each track. */
package io.stemspark.jobs.ledger;
