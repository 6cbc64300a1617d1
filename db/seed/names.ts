/** First names of many places, as people write them. */
export const firstNames =
  `Aada Abena Ada Adnan Agnieszka Aïcha Aino Akira Alejandra Alma Amara Amélie Ana Anders Anjali Anneke Antoni Anya Arjun
Asha Astrid Aylin Beatriz Benedikt Bianca Björn Bruno Camille Carlos Catarina Céline Chiara Chidi Chloé Christos Clara
Daan Dalia Daniel Darya Deniz Diego Dmitri Dolores Eduardo Eero Elena Elif Émile Emre Enzo Esra Eva Farah Fatima Felipe
Femke Filip Finn Freya Gabriela Georgia Gerda Giulia Gökhan Greta Hana Hannah Hassan Hedda Henrik Hiroshi Ibrahim Ida
Ingrid Irina Isabel Ivan Jakub Jana Jasper Jelena Jin João Johanna Jonas José Josefine Juan Julia Kaan Kaja Karim Kasper
Katarína Kenji Khadija Kofi Krzysztof Lars Latoya Laura Leila Léa Lena Liam Lin Linnéa Lovisa Lucas Lucía Magnus Maja
Malik Manuela Mara Marco Margarida María Marta Mateo Matteo Maya Mehmet Mei Mia Michał Miguel Mikko Milan Mira Mirjam
Mohammed Monika Nadia Naomi Nathan Neha Niamh Niels Nikola Nina Noah Noor Nuria Oisín Olga Oliver Olivia Omar Oskar
Pablo Paolo Paul Pedro Petra Pierre Pooja Priya Rafael Rajesh Rania Raúl Ravi René Rosa Ruben Sabine Salma Samuel Sandra
Sanjay Sara Sébastien Selma Shanice Signe Silvia Simon Siobhán Sofia Sophie Stefan Sunita Svetlana Tadeusz Tamar Tanja
Teresa Théo Thomas Tiago Tilda Tomás Ulrike Valentina Vera Viktor Vivian Wanjiru Wei Wiktoria Xavier Yara Yasmin Yuki
Yusuf Zainab Zeynep Zofia Zoë`.split(/\s+/);

/** Last names of many places. */
export const lastNames =
  `Abdi Abebe Adeyemi Ahmed Ahmadi Åkesson Almeida Alonso Álvarez Andersen Andersson Araújo Bakker Banerjee Barbosa Baumann
Becker Bélanger Benali Berg Bernard Bianchi Boateng Bondarenko Bos Bouchard Brandt Brown Bruno Byrne Campos Cardoso
Carlsson Castro Çelik Cermák Chan Chaudhary Chen Christensen Clarke Colombo Conti Costa Cruz Dahl Danilov Das Demir
Desai Diallo Díaz Dijkstra Dubois Dumitru Eklund Eriksen Esposito Evans Fairweather Farkas Fernandes Fernández Ferrari
Fischer Fontaine Forsberg Fournier Franke Frank Friedrich Fujimoto Gallo García Gauthier Georgiou Gómez González Gorski
Graf Greco Green Grönlund Gruber Gupta Haddad Hagen Hakimi Hansen Harris Hartmann Hashimoto Heikkinen Hernández Hoffmann
Holm Horvat Huang Hughes Huber Ibáñez Ibrahim Ilić Ivanov Iyer Jackson Jacobs Jansen Janssens Jensen Jiménez Johansson
Jones Jovanović Kaplan Karlsson Kato Kaur Kaya Keller Kelly Khalil Khan Kim Kiss Klein Kobayashi Koch Kowalska Kowalski
Kozlov Krause Kumar Lambert Larsen Laurent Lefebvre Lehmann Leroy Lewandowski Li Lindberg Lindqvist Liu Lombardi López
Lund Lundgren Maas Mäkinen Malik Mancini Mahlaba Marín Marino Martín Martínez Meier Mendes Mensah Meyer Michel Mishra
Molina Möller Moreau Moreno Moretti Morris Mukherjee Müller Murphy Nagy Nakamura Navarro Németh Neumann Nguyen Nielsen
Nieminen Novák Nowak Nyström Obi Odhiambo Okafor Okonkwo Oliveira Olsen Öztürk Papadopoulos Park Patel Pérez Petersen
Petrov Popescu Pospíšil Prasad Quinn Rahman Ramírez Rao Reddy Ribeiro Ricci Richter Rivera Rizzo Roberts Rodrigues Rojas
Romano Rossi Roux Ruiz Ryan Saarinen Sahin Salazar Sánchez Santos Sato Schäfer Schmidt Schneider Schubert Schwarz Sharma
Shevchenko Silva Singh Smith Sørensen Sousa Stein Stewart Strand Suzuki Svensson Szabó Takahashi Tanaka Taylor Teixeira
Thapa Thompson Torres Tóth Tran Turner Ueda Vargas Vasquez Virtanen Visser Vogel Volkov Wagner Walker Walsh Wang Watanabe
Weber Williams Wilson Wiśniewski Wolf Wood Wright Yamamoto Yang Yıldız Young Zając Zhang Zimmermann Zięba`.split(/\s+/);

/** What departments are called; with {@link places} the names of groups. */
export const departments = [
  "Engineering",
  "Sales",
  "Support",
  "Planning",
  "Finance",
  "Research",
  "Logistics",
  "People",
];

/** Where they are. */
export const places = ["Haarlem", "Lisbon", "Nairobi", "Singapore", "Toronto"];

const letters: Record<string, string> = { ø: "o", ł: "l", ß: "ss", æ: "ae", ı: "i", đ: "d" };

/** A name as it stands in an address: small letters a to z. */
export const plain = (name: string): string =>
  name
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z]/g, (letter) => letters[letter] ?? "");
