import type { ProxyTarget, ProxyTargets } from '@gibbon/contracts/publisher';
import type { Leadership } from '@gibbon/contracts/status';

/**
 * Proxies as seen by one of several replicas: all of them while it leads, none while it does not. Were each replica to
 * configure every proxy, none could send differences: what a proxy has would be another's.
 */
export function leadingTargets(targets: ProxyTargets, leadership: Leadership): ProxyTargets {
  return {
    get standby() {
      return !leadership.leading;
    },
    observe(changed) {
      let found: readonly ProxyTarget[] = [];
      let told = false;
      let wasLeading = false;
      const tell = (): void => {
        // Who does not lead and did not before has nothing new to tell.
        if (told && !leadership.leading && !wasLeading) return;
        told = true;
        wasLeading = leadership.leading;
        changed(wasLeading ? found : []);
      };
      const following = targets.observe((now) => {
        found = now;
        tell();
      });
      const electing = leadership.onChange(tell);
      return {
        dispose: async () => {
          await electing.dispose();
          await following.dispose();
        },
      };
    },
  };
}
