/** `window.headwater`: the playground for scripts. Times are integer microseconds of virtual time. */
interface Headwater {
  /** What there is at this moment, as a plain object. */
  state(): HeadwaterState;
  /** Any command that the page can give. Throws an `Error` that says why it was refused. */
  dispatch(command: HeadwaterCommand): void;
  /** Plays; with `until_us` to that moment exactly. */
  play(options?: { until_us?: number }): void;
  pause(): void;
  /** Goes to any moment, past or to come. Acting in the past begins another run; the one that is left is kept. */
  seek(time_us: number): void;
  /** Virtual seconds a second of real time, 0.001 to 1000. Sets it if given; says what it is. */
  speed(factor?: number): number;
  /**
   * Opens a scenario: a name of the catalogue, a share link (an address, or what follows its `#`), or a document.
   * Throws an `Error` that says where it is wrong.
   */
  load(scenario: string | HeadwaterScenario): void;
  /** What runs, as a document with everything that was done so far: opened again, it runs to the same state. */
  scenario(): HeadwaterScenario;
  /** The page's address with the run in its fragment: opened in any browser, it shows the same at the same moment. */
  link(): string;
  /** The run so far as sixteen hexadecimal digits; equal runs have equal digests on every platform. */
  digest(): string;
  /** A fresh run beside the one on show, 60 s long unless told otherwise. */
  run(scenario: string | HeadwaterScenario, options?: { until_us?: number }): Promise<HeadwaterSummary>;
  /** The engine's speed in this browser, a million records unless told otherwise. Holds the page up meanwhile. */
  bench(options?: { records?: number }): Promise<HeadwaterBench>;
}

/** As `state()` gives it; more may be added. */
interface HeadwaterState {
  time_us: number;
  playing: boolean;
  speed: number;
  counters: { produced: number; acknowledged: number; processed: number; duplicates: number; lost: number };
  topics: Record<string, { partitions: HeadwaterPartition[] }>;
  groups: Record<string, HeadwaterGroup>;
  producers: Record<string, HeadwaterProducer>;
  brokers: Record<string, { alive: boolean }>;
}

interface HeadwaterPartition {
  leader: number;
  isr: number[];
  log_start: number;
  high_watermark: number;
  /** How far `read_committed` reads. */
  last_stable: number;
  log_end: number;
}
interface HeadwaterProducer {
  topic: string | null;
  producing: boolean;
  produced: number;
  acknowledged: number;
  failed: number;
  waiting: number;
  /** Null without a `transactional.id`. */
  transactions: {
    transactional_id: string;
    phase: "initializing" | "ready" | "in transaction" | "committing" | "aborting" | "fenced";
    epoch: number;
    committed: number;
    aborted: number;
  } | null;
}

interface HeadwaterGroup {
  state: "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable" | "Dead";
  generation: number;
  protocol: string;
  assignor: string | null;
  /** `output`: what a member writes, if it does. */
  members: Record<
    string,
    { state: string; assigned: [topic: string, partition: number][]; output: HeadwaterProducer | null }
  >;
  processed: number;
  duplicates: number;
  out_of_order: number;
  /** By partition, as in `orders-0`. */
  offsets: Record<string, { committed: number | null; position: number | null; lag: number | null }>;
}

/** For example `{ type: "kill", consumer: "inventory-2" }`. */
interface HeadwaterCommand {
  type: string;
  [field: string]: unknown;
}

interface HeadwaterScenario {
  version: number;
  name?: string;
  title?: string;
  about?: string;
  seed: number;
  opens_at_ms?: number;
  speed?: number;
  cluster?: Record<string, unknown>;
  commands?: (HeadwaterCommand & { at_us?: number })[];
}

interface HeadwaterSummary {
  digest: string;
  simulated_us: number;
  events: number;
  produced: number;
  acknowledged: number;
  processed: number;
  duplicates: number;
  lost: number;
  out_of_order: number;
  wall_us: number;
  groups: Record<string, Record<string, unknown>>;
}

interface HeadwaterBench {
  records: number;
  records_per_s: number;
  bytes_per_record: number;
  simulated_us: number;
  events: number;
  wall_us: number;
  digest: string;
}

interface Window {
  readonly headwater: Headwater;
}
