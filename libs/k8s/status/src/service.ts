import { defineService } from '@gibbon/contracts/module';
import { CLOCK, LOGGER, METRICS, RANDOM } from '@gibbon/contracts/services';
import { LEADERSHIP, STATUS_SINK, type StatusSink } from '@gibbon/contracts/status';
import { KUBE_CLIENT } from '@gibbon/k8s-client';
import { StatusWriter } from './status-writer.ts';

/** Binds STATUS_SINK to a {@link StatusWriter} that ends with the process; needs KUBE_CLIENT and LEADERSHIP. */
export const statusWriterService = defineService({
  token: STATUS_SINK,
  summary: 'Writes the status of objects to the API server, while this replica leads.',
  requires: { client: KUBE_CLIENT, clock: CLOCK, random: RANDOM, logger: LOGGER, metrics: METRICS, leadership: LEADERSHIP },
  create: ({ deps, scope }): StatusSink => scope.own(new StatusWriter(deps)),
});
