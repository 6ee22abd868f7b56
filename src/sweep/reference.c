#include "sweep/reference.h"

/* In the order in which they are printed: theory, rules, averages, methods, data. */
static const struct aln_reference references[] = {
    {"Refinetti et al., ICML 2021", "inproceedings", "refinetti2021",
     "  author = {Refinetti, Maria and d'Ascoli, St{\\'e}phane and Ohana, Ruben and Goldt, "
     "Sebastian},\n"
     "  title = {Align, then memorise: the dynamics of learning with feedback alignment},\n"
     "  booktitle = {Proceedings of the 38th International Conference on Machine Learning},\n"
     "  series = {Proceedings of Machine Learning Research},\n"
     "  volume = {139},\n"
     "  pages = {8925--8935},\n"
     "  year = {2021},\n"
     "  eprint = {2011.12428},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Saad & Solla, PRE 52 (1995) 4225", "article", "saad1995",
     "  author = {Saad, David and Solla, Sara A.},\n"
     "  title = {On-line learning in soft committee machines},\n"
     "  journal = {Physical Review E},\n"
     "  volume = {52},\n"
     "  number = {4},\n"
     "  pages = {4225--4243},\n"
     "  year = {1995},\n"
     "  doi = {10.1103/PhysRevE.52.4225}\n"},
    {"Biehl & Schwarze, J. Phys. A 28 (1995) 643", "article", "biehl1995",
     "  author = {Biehl, Michael and Schwarze, Holm},\n"
     "  title = {Learning by on-line gradient descent},\n"
     "  journal = {Journal of Physics A: Mathematical and General},\n"
     "  volume = {28},\n"
     "  number = {3},\n"
     "  pages = {643--656},\n"
     "  year = {1995},\n"
     "  doi = {10.1088/0305-4470/28/3/018}\n"},
    {"Goldt et al., NeurIPS 2019", "inproceedings", "goldt2019",
     "  author = {Goldt, Sebastian and Advani, Madhu S. and Saxe, Andrew M. and Krzakala, Florent "
     "and Zdeborov{\\'a}, Lenka},\n"
     "  title = {Dynamics of stochastic gradient descent for two-layer neural networks in the "
     "teacher-student setup},\n"
     "  booktitle = {Advances in Neural Information Processing Systems},\n"
     "  volume = {32},\n"
     "  year = {2019},\n"
     "  eprint = {1906.08632},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Rumelhart, Hinton & Williams, Nature 323 (1986) 533", "article", "rumelhart1986",
     "  author = {Rumelhart, David E. and Hinton, Geoffrey E. and Williams, Ronald J.},\n"
     "  title = {Learning representations by back-propagating errors},\n"
     "  journal = {Nature},\n"
     "  volume = {323},\n"
     "  pages = {533--536},\n"
     "  year = {1986},\n"
     "  doi = {10.1038/323533a0}\n"},
    {"Frankle et al., ICML 2020", "inproceedings", "frankle2020",
     "  author = {Frankle, Jonathan and Dziugaite, Gintare Karolina and Roy, Daniel M. and Carbin, "
     "Michael},\n"
     "  title = {Linear mode connectivity and the lottery ticket hypothesis},\n"
     "  booktitle = {Proceedings of the 37th International Conference on Machine Learning},\n"
     "  series = {Proceedings of Machine Learning Research},\n"
     "  volume = {119},\n"
     "  pages = {3259--3269},\n"
     "  year = {2020},\n"
     "  eprint = {1912.05671},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Adilova et al., ICLR 2024", "inproceedings", "adilova2024",
     "  author = {Adilova, Linara and Andriushchenko, Maksym and Kamp, Michael and Fischer, Asja "
     "and Jaggi, Martin},\n"
     "  title = {Layer-wise linear mode connectivity},\n"
     "  booktitle = {International Conference on Learning Representations},\n"
     "  year = {2024},\n"
     "  eprint = {2307.06966},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Wortsman et al., ICML 2022", "inproceedings", "wortsman2022",
     "  author = {Wortsman, Mitchell and Ilharco, Gabriel and Gadre, Samir Yitzhak and Roelofs, "
     "Rebecca and Gontijo-Lopes, Raphael and Morcos, Ari S. and Namkoong, Hongseok and Farhadi, "
     "Ali and Carmon, Yair and Kornblith, Simon and Schmidt, Ludwig},\n"
     "  title = {Model soups: averaging weights of multiple fine-tuned models improves accuracy "
     "without increasing inference time},\n"
     "  booktitle = {Proceedings of the 39th International Conference on Machine Learning},\n"
     "  series = {Proceedings of Machine Learning Research},\n"
     "  volume = {162},\n"
     "  pages = {23965--23998},\n"
     "  year = {2022},\n"
     "  eprint = {2203.05482},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Frenkel, Lefebvre & Bol, Front. Neurosci. 15 (2021) 629892", "article", "frenkel2021",
     "  author = {Frenkel, Charlotte and Lefebvre, Martin and Bol, David},\n"
     "  title = {Learning without feedback: Fixed random learning signals allow for feedforward "
     "training of deep neural networks},\n"
     "  journal = {Frontiers in Neuroscience},\n"
     "  volume = {15},\n"
     "  pages = {629892},\n"
     "  year = {2021},\n"
     "  doi = {10.3389/fnins.2021.629892}\n"},
    {"Launay et al., arXiv 2006.01475", "misc", "launay2020",
     "  author = {Launay, Julien and Poli, Iacopo and M{\\\"u}ller, Kilian and Carron, Igor and "
     "Daudet, Laurent and Krzakala, Florent and Gigan, Sylvain},\n"
     "  title = {Light-in-the-loop: using a photonics co-processor for scalable training of neural "
     "networks},\n"
     "  year = {2020},\n"
     "  eprint = {2006.01475},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Webster, Choi & Ahn 2021, Learning the connections in direct feedback alignment", "misc",
     "webster2021",
     "  author = {Webster, Matthew Bailey and Choi, Jonghyun and Ahn, Changwook},\n"
     "  title = {Learning the connections in direct feedback alignment},\n"
     "  year = {2021},\n"
     "  howpublished = {OpenReview}\n"},
    {"Hara, Katahira, Okanoya & Okada 2011", "misc", "hara2011",
     "  author = {Hara, Kazuyuki and Katahira, Kentaro and Okanoya, Kazuo and Okada, Masato},\n"
     "  title = {Statistical mechanics of on-line node-perturbation learning},\n"
     "  year = {2011}\n"},
    {"Baydin et al., arXiv 2202.08587", "misc", "baydin2022",
     "  author = {Baydin, At{\\i}l{\\i}m G{\\\"u}ne{\\c{s}} and Pearlmutter, Barak A. and Syme, "
     "Don "
     "and Wood, Frank and Torr, Philip},\n"
     "  title = {Gradients without backpropagation},\n"
     "  year = {2022},\n"
     "  eprint = {2202.08587},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Srinivasan et al., ICLR 2024, arXiv 2302.05440", "inproceedings", "srinivasan2024",
     "  author = {Srinivasan, Ravi Francesco and Mignacco, Francesca and Sorbaro, Martino and "
     "Refinetti, Maria and Cooper, Avi and Kreiman, Gabriel and Dellaferrera, Giorgia},\n"
     "  title = {Forward learning with top-down feedback: empirical and analytical "
     "characterization},\n"
     "  booktitle = {International Conference on Learning Representations},\n"
     "  year = {2024},\n"
     "  eprint = {2302.05440},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Maas, Hannun & Ng, ICML 2013", "inproceedings", "maas2013",
     "  author = {Maas, Andrew L. and Hannun, Awni Y. and Ng, Andrew Y.},\n"
     "  title = {Rectifier nonlinearities improve neural network acoustic models},\n"
     "  booktitle = {ICML Workshop on Deep Learning for Audio, Speech and Language Processing},\n"
     "  year = {2013}\n"},
    {"Monahan & Stefanski, Handbook of the Logistic Distribution (1992)", "incollection",
     "monahan1992",
     "  author = {Monahan, John F. and Stefanski, Leonard A.},\n"
     "  title = {Normal scale mixture approximations to {$F^*(z)$} and computation of the "
     "logistic-normal integral},\n"
     "  booktitle = {Handbook of the Logistic Distribution},\n"
     "  editor = {Balakrishnan, N.},\n"
     "  publisher = {Marcel Dekker},\n"
     "  year = {1992}\n"},
    {"Nokland, NeurIPS 2016", "inproceedings", "nokland2016",
     "  author = {N{\\o}kland, Arild},\n"
     "  title = {Direct feedback alignment provides learning in deep neural networks},\n"
     "  booktitle = {Advances in Neural Information Processing Systems},\n"
     "  volume = {29},\n"
     "  year = {2016},\n"
     "  eprint = {1609.01596},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Kornblith et al., ICML 2019", "inproceedings", "kornblith2019",
     "  author = {Kornblith, Simon and Norouzi, Mohammad and Lee, Honglak and Hinton, Geoffrey},\n"
     "  title = {Similarity of neural network representations revisited},\n"
     "  booktitle = {Proceedings of the 36th International Conference on Machine Learning},\n"
     "  series = {Proceedings of Machine Learning Research},\n"
     "  volume = {97},\n"
     "  pages = {3519--3529},\n"
     "  year = {2019},\n"
     "  eprint = {1905.00414},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Cristianini, Shawe-Taylor, Elisseeff & Kandola, NeurIPS 2001", "inproceedings",
     "cristianini2001",
     "  author = {Cristianini, Nello and Shawe-Taylor, John and Elisseeff, Andr{\\'e} and Kandola, "
     "Jaz},\n"
     "  title = {On kernel-target alignment},\n"
     "  booktitle = {Advances in Neural Information Processing Systems},\n"
     "  volume = {14},\n"
     "  year = {2001}\n"},
    {"Arpit et al., ICML 2017", "inproceedings", "arpit2017",
     "  author = {Arpit, Devansh and Jastrz{\\k{e}}bski, Stanis{\\l}aw and Ballas, Nicolas and "
     "others},\n"
     "  title = {A closer look at memorization in deep networks},\n"
     "  booktitle = {Proceedings of the 34th International Conference on Machine Learning},\n"
     "  series = {Proceedings of Machine Learning Research},\n"
     "  volume = {70},\n"
     "  pages = {233--242},\n"
     "  year = {2017},\n"
     "  eprint = {1706.05394},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Kingma & Ba, ICLR 2015", "inproceedings", "kingma2015",
     "  author = {Kingma, Diederik P. and Ba, Jimmy},\n"
     "  title = {{Adam}: A method for stochastic optimization},\n"
     "  booktitle = {International Conference on Learning Representations},\n"
     "  year = {2015},\n"
     "  eprint = {1412.6980},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Polyak, USSR Comput. Math. Math. Phys. 4 (1964) 1", "article", "polyak1964",
     "  author = {Polyak, B. T.},\n"
     "  title = {Some methods of speeding up the convergence of iteration methods},\n"
     "  journal = {USSR Computational Mathematics and Mathematical Physics},\n"
     "  volume = {4},\n"
     "  number = {5},\n"
     "  pages = {1--17},\n"
     "  year = {1964},\n"
     "  doi = {10.1016/0041-5553(64)90137-5}\n"},
    {"Robbins & Monro, Ann. Math. Stat. 22 (1951) 400", "article", "robbins1951",
     "  author = {Robbins, Herbert and Monro, Sutton},\n"
     "  title = {A stochastic approximation method},\n"
     "  journal = {The Annals of Mathematical Statistics},\n"
     "  volume = {22},\n"
     "  number = {3},\n"
     "  pages = {400--407},\n"
     "  year = {1951},\n"
     "  doi = {10.1214/aoms/1177729586}\n"},
    {"Roy & Vetterli, EUSIPCO 2007", "inproceedings", "roy2007",
     "  author = {Roy, Olivier and Vetterli, Martin},\n"
     "  title = {The effective rank: a measure of effective dimensionality},\n"
     "  booktitle = {15th European Signal Processing Conference},\n"
     "  pages = {606--610},\n"
     "  year = {2007}\n"},
    {"Lillicrap et al., Nat. Commun. 7 (2016) 13276", "article", "lillicrap2016",
     "  author = {Lillicrap, Timothy P. and Cownden, Daniel and Tweed, Douglas B. and Akerman, "
     "Colin J.},\n"
     "  title = {Random synaptic feedback weights support error backpropagation for deep "
     "learning},\n"
     "  journal = {Nature Communications},\n"
     "  volume = {7},\n"
     "  pages = {13276},\n"
     "  year = {2016},\n"
     "  doi = {10.1038/ncomms13276}\n"},
    {"Liao, Leibo & Poggio, AAAI 2016", "inproceedings", "liao2016",
     "  author = {Liao, Qianli and Leibo, Joel Z. and Poggio, Tomaso},\n"
     "  title = {How important is weight symmetry in backpropagation?},\n"
     "  booktitle = {Proceedings of the AAAI Conference on Artificial Intelligence},\n"
     "  volume = {30},\n"
     "  year = {2016},\n"
     "  eprint = {1510.05067},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Moskovitz, Litwin-Kumar & Abbott, arXiv 1812.06488", "misc", "moskovitz2018",
     "  author = {Moskovitz, Theodore H. and Litwin-Kumar, Ashok and Abbott, L. F.},\n"
     "  title = {Feedback alignment in deep convolutional networks},\n"
     "  year = {2018},\n"
     "  eprint = {1812.06488},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Kolen & Pollack, ICNN 1994", "inproceedings", "kolen1994",
     "  author = {Kolen, John F. and Pollack, Jordan B.},\n"
     "  title = {Backpropagation without weight transport},\n"
     "  booktitle = {Proceedings of the 1994 {IEEE} International Conference on Neural "
     "Networks},\n"
     "  pages = {1375--1380},\n"
     "  year = {1994},\n"
     "  doi = {10.1109/ICNN.1994.374486}\n"},
    {"Akrout et al., NeurIPS 2019", "inproceedings", "akrout2019",
     "  author = {Akrout, Mohamed and Wilson, Collin and Humphreys, Peter C. and Lillicrap, "
     "Timothy and Tweed, Douglas B.},\n"
     "  title = {Deep learning without weight transport},\n"
     "  booktitle = {Advances in Neural Information Processing Systems},\n"
     "  volume = {32},\n"
     "  year = {2019},\n"
     "  eprint = {1904.05391},\n"
     "  archiveprefix = {arXiv}\n"},
    {"Cho & Saul, NeurIPS 2009", "inproceedings", "cho2009",
     "  author = {Cho, Youngmin and Saul, Lawrence K.},\n"
     "  title = {Kernel methods for deep learning},\n"
     "  booktitle = {Advances in Neural Information Processing Systems},\n"
     "  volume = {22},\n"
     "  pages = {342--350},\n"
     "  year = {2009}\n"},
    {"Plackett, Biometrika 41 (1954) 351", "article", "plackett1954",
     "  author = {Plackett, R. L.},\n"
     "  title = {A reduction formula for normal multivariate integrals},\n"
     "  journal = {Biometrika},\n"
     "  volume = {41},\n"
     "  pages = {351--360},\n"
     "  year = {1954},\n"
     "  doi = {10.1093/biomet/41.3-4.351}\n"},
    {"Galassi et al., GNU Scientific Library, 2009", "book", "galassi2009",
     "  author = {Galassi, Mark and others},\n"
     "  title = {{GNU} Scientific Library Reference Manual},\n"
     "  edition = {Third},\n"
     "  publisher = {Network Theory},\n"
     "  year = {2009},\n"
     "  isbn = {0954612078}\n"},
    {"Salmon et al., SC 2011", "inproceedings", "salmon2011",
     "  author = {Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.},\n"
     "  title = {Parallel random numbers: as easy as 1, 2, 3},\n"
     "  booktitle = {Proceedings of 2011 International Conference for High Performance Computing, "
     "Networking, Storage and Analysis},\n"
     "  year = {2011},\n"
     "  doi = {10.1145/2063384.2063405}\n"},
    {"Bridle, NeurIPS 1989", "inproceedings", "bridle1989",
     "  author = {Bridle, John S.},\n"
     "  title = {Training stochastic model recognition algorithms as networks can lead to maximum "
     "mutual information estimation of parameters},\n"
     "  booktitle = {Advances in Neural Information Processing Systems},\n"
     "  volume = {2},\n"
     "  year = {1989}\n"},
    {"LeCun, Bottou, Bengio & Haffner, Proc. IEEE 86 (1998) 2278", "article", "lecun1998",
     "  author = {LeCun, Yann and Bottou, L{\\'e}on and Bengio, Yoshua and Haffner, Patrick},\n"
     "  title = {Gradient-based learning applied to document recognition},\n"
     "  journal = {Proceedings of the {IEEE}},\n"
     "  volume = {86},\n"
     "  number = {11},\n"
     "  pages = {2278--2324},\n"
     "  year = {1998},\n"
     "  doi = {10.1109/5.726791}\n"},
    {"Krizhevsky, Learning multiple layers of features from tiny images, 2009", "techreport",
     "krizhevsky2009",
     "  author = {Krizhevsky, Alex},\n"
     "  title = {Learning multiple layers of features from tiny images},\n"
     "  institution = {University of Toronto},\n"
     "  year = {2009}\n"},
};

const struct aln_reference *aln_reference_row(size_t i)
{
    return i < sizeof references / sizeof references[0] ? &references[i] : NULL;
}
