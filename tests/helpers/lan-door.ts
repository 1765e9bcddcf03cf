/** The agents' door as the watch uses it for devices on the network, in RAM. */
import type { NeighbourClient } from '../../appliance/ingest/client/neighbours.ts';
import type { DatedNeighbour, NeighbourNews } from '../../appliance/ingest/client/types.ts';
import { Failure } from '../../appliance/runtime/errors.ts';

export class LanDoorInRam implements NeighbourClient {
  /** How often somebody was sent round. */
  searches = 0;
  /** The box's own agent is there. */
  isUp = true;
  readonly #listeners = new Set<(news: NeighbourNews) => void>();

  readonly neighbours: NeighbourClient['neighbours'] = ({ onNews }) => {
    this.#listeners.add(onNews);
    return { stop: () => void this.#listeners.delete(onNews) };
  };

  readonly search = async (): Promise<number> => {
    if (!this.isUp) throw new Failure('UNAVAILABLE', 'the agent of the box is not connected');
    return ++this.searches;
  };

  close(): void {
    this.#listeners.clear();
  }

  tell(neighbours: readonly DatedNeighbour[], searched?: number): void {
    const news = { neighbours, ...(searched === undefined ? {} : { searched }) };
    for (const hear of this.#listeners) hear(news);
  }
}
