import type { Logger } from '@gibbon/contracts/services';
import { startController, type ControllerOptions, type RunningController } from '@gibbon/controller';
import { startProxy, type ProxyOptions, type RunningProxy } from '@gibbon/proxy';

/** How a gateway runs: both planes' options; what connects them is set here. */
export interface GatewayOptions {
  readonly proxy: ProxyOptions;
  readonly controller: Omit<ControllerOptions, 'profile' | 'publishers' | 'sink'>;
}

/** Both planes, running. */
export interface RunningGateway {
  readonly addresses: RunningProxy['addresses'];
  /** Ends the control plane, then lets requests in flight end, then ends the data plane. */
  stop(): Promise<void>;
}

/**
 * Starts both planes in this process. Resolves when the first configuration serves and the sockets are open.
 * Rejects with a GatewayError that names what cannot be had; nothing is left running then.
 */
export async function startGateway(options: GatewayOptions, log: Logger): Promise<RunningGateway> {
  const proxy = await startProxy(options.proxy, log);
  let controller: RunningController | null = null;
  try {
    controller = await startController(
      {
        ...options.controller,
        profile: { kind: 'gibbon', version: '3.9', routerFlavor: 'traditional_compatible' },
        publishers: [{ kind: 'publisher', name: 'in-process', config: {} }],
        sink: proxy.sink,
      },
      log,
    );
    await proxy.listen();
  } catch (error) {
    await controller?.stop();
    await proxy.stop();
    throw error;
  }
  return new Running(proxy, controller);
}

class Running implements RunningGateway {
  readonly #proxy: RunningProxy;
  readonly #controller: RunningController;

  constructor(proxy: RunningProxy, controller: RunningController) {
    this.#proxy = proxy;
    this.#controller = controller;
  }

  get addresses(): RunningProxy['addresses'] {
    return this.#proxy.addresses;
  }

  async stop(): Promise<void> {
    await this.#controller.stop();
    await this.#proxy.stop();
  }
}
