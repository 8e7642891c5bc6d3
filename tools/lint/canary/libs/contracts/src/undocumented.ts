// expect: gibbon(documented-exports)

export interface Undocumented {
  readonly field: string;
}
