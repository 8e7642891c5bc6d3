import type { PropagationOptions } from './propagation-options.ts';

/** What the program inside the testbed is told, as JSON on its command line. */
export interface DriverSettings {
  readonly options: PropagationOptions;
  /** Our programs as they are in images: JavaScript files. */
  readonly programs: { readonly controller: string; readonly proxy: string };
  /** Folder for the logs of what runs, and whatever else has to be written. */
  readonly folder: string;
  /** The API server, for programs inside. */
  readonly api: { readonly server: string; readonly authority: string };
  /** Address of the node, where everything of the testbed can be reached. */
  readonly nodeAddress: string;
}
