"""The classes of a label map, as data: a number, a name and a colour of the legend each."""

import numpy as np
from numpy.typing import NDArray

from gan_models.spec import MapClass

CLASSES = (
    MapClass("sky", (134, 193, 236)),
    MapClass("cloud", (226, 234, 242)),
    MapClass("sun", (255, 214, 64)),
    MapClass("mountain", (120, 112, 134)),
    MapClass("snow", (250, 250, 255)),
    MapClass("hill", (106, 148, 118)),
    MapClass("tree", (24, 92, 52)),
    MapClass("bush", (72, 130, 40)),
    MapClass("grass", (124, 200, 72)),
    MapClass("flowers", (232, 96, 160)),
    MapClass("sand", (238, 208, 140)),
    MapClass("rock", (150, 126, 104)),
    MapClass("road", (92, 74, 62)),
    MapClass("water", (40, 104, 196)),
)
NAMES = tuple(entry.name for entry in CLASSES)
SKY, CLOUD, SUN, MOUNTAIN, SNOW, HILL, TREE, BUSH, GRASS, FLOWERS, SAND, ROCK, ROAD, WATER = range(
    len(CLASSES)
)
LEGEND: NDArray[np.uint8] = np.array([entry.colour for entry in CLASSES], dtype=np.uint8)
"""uint8 [classes, 3]."""
