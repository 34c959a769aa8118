/** Carries what happens on the map into the desk, once the map is there. */
import { useEffect } from 'react';
import { cityMap, theDock, useDesk } from '../desk/desk.ts';

export function useMapEvents(): void {
  const ready = useDesk((s) => s.mapReady);
  useEffect(() => {
    const map = cityMap();
    if (!ready || !map) return undefined;
    const stops = [
      map.on('select', (selection) => {
        const seen = useDesk.getState().seenIncidents;
        useDesk.setState({
          selection,
          ...(selection?.kind === 'incident' ? { seenIncidents: new Set(seen).add(selection.id) } : {}),
        });
        // A bare point has no details: it was pointed at for a form that must stay in sight.
        if (selection && (selection.kind !== 'place' || selection.name)) theDock()?.open('details');
      }),
      map.on('layers', (layers) => useDesk.setState({ layers })),
      map.on('view', (view) => useDesk.setState({ view })),
      map.on('follow', (followed) => useDesk.setState({ followed })),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [ready]);
}
