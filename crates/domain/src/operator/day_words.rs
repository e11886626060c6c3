//! Words of service days: short, common, and told apart at arm's length.

/// The words of even days and those of odd ones; never to be reordered while tickets are out.
pub(super) const WORDS: [[&str; 64]; 2] = [
    [
        "ANCHOR", "APPLE", "APRON", "ARROW", "ATLAS", "BACON", "BADGE", "BAMBOO", "BANJO", "BARREL",
        "BASKET", "BEACH", "BEAVER", "BISON", "BONNET", "BOTTLE", "BRICK", "BRIDGE", "BUCKET", "BUTTER",
        "CABIN", "CACTUS", "CAMEL", "CANDLE", "CANOE", "CARROT", "CASTLE", "CEDAR", "CELLO", "CHERRY",
        "CIRCUS", "CLOVER", "COBRA", "COFFEE", "COMET", "COPPER", "CORAL", "COTTON", "CRAYON", "CRICKET",
        "DAISY", "DESERT", "DOMINO", "DONKEY", "DRAGON", "EAGLE", "EASEL", "ELBOW", "EMBER", "ENGINE",
        "FABRIC", "FALCON", "FEATHER", "FERRY", "FIDDLE", "FLUTE", "FOREST", "FOSSIL", "GARDEN", "GARLIC",
        "GIANT", "GINGER", "GLACIER", "GRAPE",
    ],
    [
        "GUITAR", "HAMMER", "HARBOR", "HAZEL", "HELMET", "HERON", "HONEY", "HORIZON", "HORNET", "ICICLE",
        "IGLOO", "ISLAND", "IVORY", "JACKET", "JAGUAR", "JIGSAW", "JUNGLE", "KERNEL", "KETTLE", "KITTEN",
        "LADDER", "LAGOON", "LANTERN", "LEMON", "LILAC", "LIZARD", "LOBSTER", "MAGNET", "MANGO", "MAPLE",
        "MARBLE", "MEADOW", "MELON", "MIRROR", "MITTEN", "MONKEY", "MUFFIN", "NEEDLE", "NUTMEG", "OCEAN",
        "OLIVE", "ORBIT", "ORCHID", "OTTER", "OYSTER", "PADDLE", "PANDA", "PARROT", "PEBBLE", "PEPPER",
        "PIANO", "PIGEON", "PILLOW", "PLANET", "POTATO", "PRETZEL", "PUFFIN", "PUMPKIN", "PUZZLE", "RABBIT",
        "RADISH", "RIBBON", "RIVER", "ROCKET",
    ],
];
