import type { Route, Service } from '@gibbon/contracts/entities';
import type { CounterCell, HistogramCell } from '@gibbon/contracts/services';
import type { RequestFamilies } from './families.ts';

/** There are no workspaces here; Kong's open edition has this one. */
const WORKSPACE = 'default';
/** Consumers to keep cells for, per route; the metric itself is bounded elsewhere. */
const CACHED_CONSUMERS = 10_000;

/** The counters of one consumer (or of all) on one route. */
interface ConsumerCells {
  /** By status, answers of the service. */
  readonly byService: Map<number, CounterCell>;
  /** By status, answers of the gateway. */
  readonly byGateway: Map<number, CounterCell>;
  readonly ingress: CounterCell;
  readonly egress: CounterCell;
}

/** The cells of one route, found once: a request then costs additions and two look-ups by number. */
export class RouteCells {
  readonly #families: RequestFamilies;
  readonly #service: string;
  readonly #route: string;
  readonly #consumers = new Map<string, ConsumerCells>();
  #latency: LatencyCells | null = null;

  constructor(families: RequestFamilies, route: Route, service: Service | null) {
    this.#families = families;
    this.#service = service === null ? '' : (service.name ?? service.host);
    this.#route = route.name ?? route.id;
  }

  /** @param consumer empty where consumers are not told apart. */
  requests(status: number, fromService: boolean, consumer: string): CounterCell {
    const cells = this.#consumer(consumer);
    const byStatus = fromService ? cells.byService : cells.byGateway;
    let cell = byStatus.get(status);
    if (cell === undefined) {
      const source = fromService ? 'service' : 'kong';
      cell = this.#families.requests.with(this.#service, this.#route, String(status), source, WORKSPACE, consumer);
      byStatus.set(status, cell);
    }
    return cell;
  }

  /** Bytes from and to clients. */
  bandwidth(consumer: string): { readonly ingress: CounterCell; readonly egress: CounterCell } {
    return this.#consumer(consumer);
  }

  /** Histograms; made when first asked for, so that a metric that is off has no series. */
  get latency(): LatencyCells {
    const { gatewayLatency, upstreamLatency, requestLatency } = this.#families;
    return (this.#latency ??= {
      gateway: gatewayLatency.with(this.#service, this.#route, WORKSPACE),
      upstream: upstreamLatency.with(this.#service, this.#route, WORKSPACE),
      request: requestLatency.with(this.#service, this.#route, WORKSPACE),
    });
  }

  #consumer(consumer: string): ConsumerCells {
    let cells = this.#consumers.get(consumer);
    if (cells !== undefined) return cells;
    if (this.#consumers.size >= CACHED_CONSUMERS) this.#consumers.clear();
    const { bandwidth } = this.#families;
    let ingress: CounterCell | null = null;
    let egress: CounterCell | null = null;
    const direction = (name: string): CounterCell => bandwidth.with(this.#service, this.#route, name, WORKSPACE, consumer);
    cells = {
      byService: new Map(),
      byGateway: new Map(),
      get ingress() {
        return (ingress ??= direction('ingress'));
      },
      get egress() {
        return (egress ??= direction('egress'));
      },
    };
    this.#consumers.set(consumer, cells);
    return cells;
  }
}

/** The histograms of one route. */
export interface LatencyCells {
  readonly gateway: HistogramCell;
  readonly upstream: HistogramCell;
  readonly request: HistogramCell;
}
